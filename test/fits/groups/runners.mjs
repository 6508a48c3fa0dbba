export function runners() {}
