/** The status and substatus that IIS logs (sc-status, sc-substatus), which it does not send. */
export const IIS_STATUSES: Readonly<Record<string, string>> = {
  '401.1': 'The log-on failed: see the NTSTATUS in sc-win32-status and in event 4625.',
  '401.2':
    'No scheme that is switched on was used. Every first request without a token is logged so: that is no fault.',
  '401.3': 'The log-on succeeded; the permissions of the file or folder refuse the account.',
  '401.4': 'The log-on succeeded; an ISAPI filter refuses.',
  '401.5': 'The log-on succeeded; an ISAPI or CGI application refuses.',
  '401.7': 'The log-on succeeded; a URL authorization rule refuses.',
  '403.x':
    'The log-on succeeded, or none was needed; the request is forbidden (403.4: use https, 403.7: a client certificate).',
  '405.0': 'The method is not allowed for this handler.',
  '501.0': 'The method is not implemented.',
  '503.0':
    'The application pool does not run. HTTP.sys answers that by itself, and logs it in httperr.log: AppOffline, Disabled, QueueFull.',
}

/** The Status or Sub Status of event 4625: its name, and what it means. */
export const NTSTATUSES: Readonly<Record<string, readonly [name: string, means: string]>> = {
  '0xC000006A': ['STATUS_WRONG_PASSWORD', 'the account is there, and the password is wrong'],
  '0xC0000064': ['STATUS_NO_SUCH_USER', 'no account of this name; the wrong domain too'],
  '0xC000006D': [
    'STATUS_LOGON_FAILURE',
    'the Status of both; with Sub Status 0x0 often the loopback check, or a response of a kind that is not taken',
  ],
  '0xC0000072': ['STATUS_ACCOUNT_DISABLED', 'the account is disabled'],
  '0xC0000234': ['STATUS_ACCOUNT_LOCKED_OUT', 'the account is locked after too many wrong passwords'],
  '0xC0000071': ['STATUS_PASSWORD_EXPIRED', 'the password has expired'],
  '0xC0000224': ['STATUS_PASSWORD_MUST_CHANGE', 'the password has to be changed at the next log-on'],
  '0xC0000193': ['STATUS_ACCOUNT_EXPIRED', 'the account has expired'],
  '0xC000006F': ['STATUS_INVALID_LOGON_HOURS', 'outside of the hours that the account may log on'],
  '0xC0000070': ['STATUS_INVALID_WORKSTATION', 'not from this workstation (Log On To)'],
  '0xC000006E': [
    'STATUS_ACCOUNT_RESTRICTION',
    'another restriction: an empty password over the network, a protected user',
  ],
  '0xC000015B': [
    'STATUS_LOGON_TYPE_NOT_GRANTED',
    'the account may not log on over the network at this machine',
  ],
  '0xC0000413': [
    'STATUS_AUTHENTICATION_FIREWALL_FAILED',
    'a selective trust does not allow the account at this machine',
  ],
  '0xC0000133': [
    'STATUS_TIME_DIFFERENCE_AT_DC',
    "the clocks of this machine's domain controller and the server differ",
  ],
  '0xC000035B': [
    'STATUS_BAD_BINDINGS',
    'the channel binding or the service name is missing or wrong (Extended Protection)',
  ],
  '0xC0000418': ['STATUS_NTLM_BLOCKED', 'a policy forbids NTLM'],
  '0xC000005E': ['STATUS_NO_LOGON_SERVERS', 'no domain controller answers'],
  '0xC000000D': ['STATUS_INVALID_PARAMETER', 'the message fits no log-on that is under way, or is malformed'],
  '0xC0000022': ['STATUS_ACCESS_DENIED', 'an anonymous log-on that is not allowed'],
}
