// The configuration file of a private Samba domain controller.

export const realm = 'LAB.TEST'
export const domain = 'LAB'
export const sambaAddress = '127.0.10.1'

/**
 * Everything lies below the directory but winbindd's public socket; where clients look for it is compiled in.
 * DNS, SMB and replication are left out, since nothing here needs them and they would look beyond loopback.
 *
 * @param {string} dir
 * @returns {string}
 */
export function sambaConfig(dir) {
  return `[global]
  realm = ${realm}
  workgroup = ${domain}
  netbios name = DC1
  server role = active directory domain controller
  server services = rpc, ldap, cldap, kdc, winbindd
  interfaces = ${sambaAddress}/8
  bind interfaces only = yes
  disable netbios = yes
  name resolve order = host
  dns forwarder =
  tls enabled = no
  private dir = ${dir}/dc/private
  state directory = ${dir}/dc/state
  cache directory = ${dir}/dc/cache
  lock directory = ${dir}/dc
  binddns dir = ${dir}/dc/bind-dns
  pid directory = ${dir}/run
  ncalrpc dir = ${dir}/run/ncalrpc
  ntp signd socket directory = ${dir}/run/ntp
  log file = ${dir}/samba-daemons.log

[sysvol]
  path = ${dir}/dc/state/sysvol
  read only = no

[netlogon]
  path = ${dir}/dc/state/sysvol/lab.test/scripts
  read only = no
`
}
