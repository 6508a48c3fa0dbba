import { describe, expect, it } from 'vitest'
import { hangUp, isGarbage, isLoss } from '../../src/sockets/lost-connection.js'

describe('an error of a connection', () => {
  it('is garbage where the parser of Node or of undici says so', () => {
    const error = Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_CONSTANT' })
    expect([isGarbage(error), isLoss(error)]).toEqual([true, false])
  })

  it('is a loss where it says that, and nothing else', () => {
    expect([isGarbage(hangUp()), isLoss(hangUp())]).toEqual([false, true])
  })

  it("is neither where it is the client's own: a DOMException has a number for a code", () => {
    const error = new DOMException('The time is over.', 'TimeoutError')
    expect([isGarbage(error), isLoss(error)]).toEqual([false, false])
    expect([isGarbage(new Error('Another')), isLoss(new Error('Another'))]).toEqual([false, false])
  })
})
