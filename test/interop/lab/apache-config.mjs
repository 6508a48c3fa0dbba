// The configuration file of a private Apache.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const moduleDir = '/usr/lib/apache2/modules'

const modules = {
  mpm_event_module: 'mod_mpm_event',
  authn_core_module: 'mod_authn_core',
  authz_core_module: 'mod_authz_core',
  authz_user_module: 'mod_authz_user',
  auth_gssapi_module: 'mod_auth_gssapi',
  alias_module: 'mod_alias',
  env_module: 'mod_env',
  lua_module: 'mod_lua',
  cgi_module: 'mod_cgi',
  ssl_module: 'mod_ssl',
  http2_module: 'mod_http2',
}

/**
 * @typedef {object} Settings
 * @property {string} dir
 * @property {number | undefined} httpPort no plain listener without it
 * @property {number} httpsPort
 * @property {import('./certificates.mjs').Certificate} certificate
 * @property {number} requestsPerConnection before Apache closes it; 0 is without limit
 * @property {'ntlmssp' | 'krb5'} mechanism the one that is allowed
 * @property {boolean} http2
 */

/**
 * @param {Settings} settings
 * @returns {Promise<string>}
 */
export async function apacheConfig(settings) {
  const { dir, httpPort, httpsPort, certificate, requestsPerConnection, mechanism, http2 } = settings
  return `ServerRoot "${dir}"
ServerName localhost
DefaultRuntimeDir "${dir}"
PidFile "${dir}/httpd.own-pid"
User www-data
Group www-data
${await loadModules()}

ServerLimit 1
StartServers 1
ThreadsPerChild 64
MaxRequestWorkers 64

KeepAlive ${requestsPerConnection === 1 ? 'Off' : 'On'}
# Apache counts the requests that follow the first.
MaxKeepAliveRequests ${Math.max(0, requestsPerConnection - 1)}
KeepAliveTimeout 300
Timeout 60
Protocols ${http2 ? 'h2 http/1.1' : 'http/1.1'}

ErrorLog "${dir}/error.log"
LogLevel info auth_gssapi:debug
LogFormat "%m\\t%U%q\\t%>s\\t%u\\t%{remote}p\\t%I\\t%k\\t%X\\t%H" requests
CustomLog "${dir}/access.log" requests

<Directory />
  Require all denied
</Directory>
DocumentRoot "${dir}/documents"
<Directory "${dir}/documents">
  Require all granted
</Directory>
LuaHookTranslateName "${dir}/locale.lua" use_utf8 early
<Directory "${dir}/cgi">
  Options +ExecCGI
  SetHandler cgi-script
</Directory>
ScriptAlias /protected "${dir}/cgi/echo.py"
ScriptAlias /open "${dir}/cgi/echo.py"
# Without it Apache replaces the script's Content-Length by chunks.
SetEnv ap_trust_cgilike_cl 1
<Location /protected>
  AuthType GSSAPI
  AuthName "lab"
  GssapiAllowedMech ${mechanism}
${mechanism === 'krb5' ? kerberos(dir) : '  GssapiConnectionBound On'}
  Require valid-user
</Location>
# A 401, and no 403, for whoever may not: as IIS does.
<Location /protected/forbidden>
  Require user nobody
</Location>
<Location /open>
  Require all granted
</Location>

${httpPort === undefined ? '' : `Listen 127.0.0.1:${httpPort} http`}
Listen 127.0.0.1:${httpsPort} https
<VirtualHost 127.0.0.1:${httpsPort}>
  SSLEngine on
  SSLCertificateFile "${certificate.cert}"
  SSLCertificateKeyFile "${certificate.key}"
</VirtualHost>
`
}

/** Bound to a connection it would offer NTLM as well, and then take none. */
function kerberos(dir) {
  return `  GssapiCredStore keytab:${dir}/krb5.keytab\n  GssapiConnectionBound Off`
}

/** mod_logio and the like are built in on some distributions and loaded on others. */
async function loadModules() {
  const { stdout } = await run('/usr/sbin/apache2', ['-l'])
  const optional = {
    log_config_module: 'mod_log_config',
    logio_module: 'mod_logio',
    unixd_module: 'mod_unixd',
  }
  const shared = Object.entries(optional).filter(([, file]) => !stdout.includes(`${file}.c`))
  return [...Object.entries(modules), ...shared]
    .map(([name, file]) => `LoadModule ${name} ${moduleDir}/${file}.so`)
    .join('\n')
}
