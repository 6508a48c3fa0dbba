/**
 * Tells what the pointer is at, and when it has left. A page that scrolls under a resting pointer makes events too, and
 * these are none: the keyboard is being used, and what it chose stays.
 */
export function onPointing(container: HTMLElement, at: (target: EventTarget | null) => void): void {
  let last = ''
  container.addEventListener('pointermove', ({ target, screenX, screenY }) => {
    const place = `${screenX} ${screenY}`
    if (place === last) return
    last = place
    at(target)
  })
  container.addEventListener('pointerleave', () => at(null))
}
