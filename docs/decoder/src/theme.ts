import { byId } from './element.js'

/** The switch between light and dark: it begins with what the system prefers, and forgets with the page. */
export function connectTheme(): void {
  const button = byId('theme', HTMLButtonElement)
  const system = matchMedia('(prefers-color-scheme: dark)')
  let chosen: 'light' | 'dark' | undefined
  const show = () => {
    const dark = chosen === undefined ? system.matches : chosen === 'dark'
    button.setAttribute('aria-pressed', String(dark))
    if (chosen !== undefined) document.documentElement.dataset.theme = chosen
  }
  button.addEventListener('click', () => {
    chosen = button.getAttribute('aria-pressed') === 'true' ? 'light' : 'dark'
    show()
  })
  system.addEventListener('change', show)
  show()
}
