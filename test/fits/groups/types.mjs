export function types() {}
