// The instance is of another copy, and another version, than the one that the packages would find.
import { ntlm } from '@ntlmkit/axios'
import axios from 'other-axios'
import { check } from './check.mjs'

check('other', axios, ntlm)
