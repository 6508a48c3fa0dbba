// The build makes modules of the examples: a string each.
declare module '*.txt' {
  const text: string
  export default text
}
declare module '*.har' {
  const text: string
  export default text
}
