export function bundlers() {}
