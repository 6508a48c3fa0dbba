import type { DecodedField } from '../decoded.js'
import type { Part } from '../part.js'

/** What builds of Windows are called, and what others write there. */
const PRODUCTS: Readonly<Record<string, string>> = {
  '5.0.2195': 'Windows 2000',
  '5.1.2600': 'Windows XP',
  '5.2.3790': 'Windows Server 2003',
  '6.0.6000': 'Windows Vista',
  '6.0.6001': 'Windows Server 2008, Vista SP1',
  '6.0.6002': 'Windows Server 2008 SP2, Vista SP2',
  '6.0.6003': 'Windows Server 2008 SP2',
  '6.1.0': 'Samba',
  '6.1.7600': 'Windows Server 2008 R2, Windows 7',
  '6.1.7601': 'Windows Server 2008 R2 SP1, Windows 7 SP1',
  '6.2.0': 'gss-ntlmssp',
  '6.2.9200': 'Windows Server 2012, Windows 8',
  '6.3.9600': 'Windows Server 2012 R2, Windows 8.1',
  '10.0.10240': 'Windows 10 1507',
  '10.0.10586': 'Windows 10 1511',
  '10.0.14393': 'Windows Server 2016, Windows 10 1607',
  '10.0.15063': 'Windows 10 1703',
  '10.0.16299': 'Windows 10 1709',
  '10.0.17134': 'Windows 10 1803',
  '10.0.17763': 'Windows Server 2019, Windows 10 1809',
  '10.0.18362': 'Windows 10 1903',
  '10.0.18363': 'Windows 10 1909',
  '10.0.19041': 'Windows 10 2004 or later',
  '10.0.19042': 'Windows 10 20H2',
  '10.0.19043': 'Windows 10 21H1',
  '10.0.19044': 'Windows 10 21H2',
  '10.0.19045': 'Windows 10 22H2',
  '10.0.20348': 'Windows Server 2022',
  '10.0.22000': 'Windows 11 21H2',
  '10.0.22621': 'Windows 11 22H2',
  '10.0.22631': 'Windows 11 23H2',
  '10.0.25398': 'Windows Server 23H2',
  '10.0.26100': 'Windows Server 2025, Windows 11 24H2',
  '10.0.26200': 'Windows 11 25H2',
}

/** NTLMSSP_REVISION_W2K3, the only one there is. */
const REVISION = 15

/** The Version field ([MS-NLMP] 2.2.2.10). */
export function versionField(part: Part): { field: DecodedField; version: string | undefined } {
  if (part.isZero)
    return { field: part.field('Version', '0', { explanation: 'not said' }), version: undefined }
  const version = `${part.u8(0)}.${part.u8(1)}.${part.u16(2)}`
  const revision = part.u8(7)
  const explanation = `${PRODUCTS[version] ?? 'no product known here'}; NTLM revision ${revision}`
  const problem = revision === REVISION ? undefined : `the NTLM revision is ${revision}, not ${REVISION}`
  return { field: part.field('Version', version, { explanation, problem }), version }
}
