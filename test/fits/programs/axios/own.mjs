import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { check } from './check.mjs'

check('own', axios, ntlm)
