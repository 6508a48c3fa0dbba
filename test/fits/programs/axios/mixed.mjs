// A CommonJS instance in an ES module application, as a library's wrapper hands it out.
import { createRequire } from 'node:module'
import { ntlm } from '@ntlmkit/axios'
import { check } from './check.mjs'

check('mixed', createRequire(import.meta.url)('axios'), ntlm)
