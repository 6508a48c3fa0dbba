import got14 from 'got'
import got15 from 'got-15'
import got16 from 'got-16'
import { describe, expectTypeOf, it } from 'vitest'
import { identities, ntlm } from '../src/index.js'

/** Compiled and never run. */
function declared() {
  const auth = ntlm({ username: 'u', password: 'p' })
  const mine = {} as Parameters<typeof auth.hooks.init.push>[0]
  return {
    of14: got14.extend({ prefixUrl: 'http://x' }, auth),
    of15: got15.extend(auth),
    of16: got16.extend({ responseType: 'json' }, auth, { hooks: { init: [mine] } }),
    users14: identities(got14, {}),
    users16: identities(got16, {}),
  }
}

describe('what ntlm() returns', () => {
  it('is taken by got 14, 15 and 16, and instances keep their types', () => {
    type Declared = ReturnType<typeof declared>
    expectTypeOf<Declared['of14']>().toExtend<typeof got14>()
    expectTypeOf<Declared['of15']>().toExtend<typeof got15>()
    expectTypeOf<ReturnType<Declared['users14']['for']>>().toEqualTypeOf<typeof got14>()
    expectTypeOf<ReturnType<Declared['users16']['for']>>().toEqualTypeOf<typeof got16>()
  })
})
