// The configuration file of a private squid.

/** For any squid of the lab. */
export const ALONE = `# Loopback, and nothing else: no peers over UDP, no ping, no name server.
udp_incoming_address 127.0.0.1
udp_outgoing_address 127.0.0.1
icp_port 0
htcp_port 0
snmp_port 0
pinger_enable off
dns_nameservers 127.0.0.1
cache deny all
memory_cache_shared off
netdb_filename none`

/** Wide enough for the tests' concurrency: a connection holds a helper while its handshake is under way. */
const helpers = 'children 20 startup=2 idle=2'

/**
 * @typedef {object} Settings
 * @property {string} dir
 * @property {number} reversePort asks with 401
 * @property {number} forwardPort asks with 407
 * @property {number} upstreamPort behind the reverse proxy, on 127.0.0.1
 * @property {string} sambaConfigFile
 */

/**
 * @param {Settings} settings
 * @returns {string}
 */
export function squidConfig({ dir, reversePort, forwardPort, upstreamPort, sambaConfigFile }) {
  const ntlmAuth = `/usr/bin/ntlm_auth --configfile=${sambaConfigFile}`
  return `visible_hostname localhost
pid_filename ${dir}/squid.own-pid
cache_log ${dir}/cache.log
coredump_dir ${dir}
cache_effective_user proxy
# The group winbindd's privileged pipe is open to.
cache_effective_group winbindd_priv
shutdown_lifetime 0 seconds

${ALONE}

auth_param negotiate program ${ntlmAuth} --helper-protocol=gss-spnego
auth_param negotiate ${helpers}
auth_param ntlm program ${ntlmAuth} --helper-protocol=squid-2.5-ntlmssp
auth_param ntlm ${helpers}
acl known proxy_auth REQUIRED
http_access allow known to_localhost
http_access deny all

http_port 127.0.0.1:${reversePort} accel defaultsite=localhost no-vhost
cache_peer 127.0.0.1 parent ${upstreamPort} 0 no-query no-digest originserver name=upstream
acl reverse localport ${reversePort}
cache_peer_access upstream allow reverse
cache_peer_access upstream deny all
never_direct allow reverse

http_port 127.0.0.1:${forwardPort}
always_direct allow !reverse

# Squid drops an upload that comes faster than the upstream reads once this is full: its bug 5405, there in 5.7.
client_request_buffer_max_size 64 MB

# What a client calls itself is not to be believed.
request_header_access X-Authenticated-User deny all
request_header_access X-Client-Port deny all
request_header_add X-Authenticated-User "%#un" reverse
request_header_add X-Client-Port "%>p" reverse

strip_query_terms off
# No field has a blank: squid escapes those of a URL.
logformat requests %rm %ru %>Hs %#un %>p %>st %>sh %Ss
access_log stdio:${dir}/access.log logformat=requests
`
}
