import { expect, it } from 'vitest'
import { UnderWay } from '../src/under-way.js'

it('nothing is under way when the last task has settled, whichever way', async () => {
  const underWay = new UnderWay()
  await underWay.none()
  const settle: ((value: Promise<string>) => void)[] = []
  const tasks = [0, 1].map(() => underWay.run(() => new Promise<string>((resolve) => settle.push(resolve))))
  let isOver = false
  const over = underWay.none().then(() => {
    isOver = true
  })
  settle[0](Promise.resolve('done'))
  expect([await tasks[0], isOver]).toEqual(['done', false])
  settle[1](Promise.reject(new Error('failed')))
  await expect(tasks[1]).rejects.toThrow('failed')
  await over
  expect(isOver).toBe(true)
})
