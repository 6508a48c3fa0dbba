-- gss-ntlmssp compares user names in the encoding of the C locale, and Apache never leaves the locale "C", in
-- which nothing beyond ASCII equals anything. A hook that runs before authentication sets it once.
function use_utf8(request)
  if os.setlocale(nil, 'ctype') == 'C' then os.setlocale('C.UTF-8', 'ctype') end
  return apache2.DECLINED
end
