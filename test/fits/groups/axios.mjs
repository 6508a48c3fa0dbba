export function axios() {}
