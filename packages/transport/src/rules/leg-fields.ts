/** Which of the client's fields a leg takes along: none of a body's, or all but those that frame a body. */
export type Framing = 'no body' | 'empty body'

/**
 * Fields that describe a body, ask for an upgrade, rule one connection, or make a request conditional: none of them
 * belongs to a leg that asks for a page.
 */
const NOT_WITHOUT_BODY =
  /^(?:content-.*|transfer-encoding|trailer|te|expect|upgrade|connection|keep-alive|sec-websocket-.*|range|if-.*|authorization)$/i

/** Fields that frame a body: a leg that stands for a request with one keeps all others, as servers look at them. */
const NOT_WITH_EMPTY_BODY =
  /^(?:content-length|transfer-encoding|trailer|te|expect|upgrade|connection|keep-alive|sec-websocket-.*|authorization)$/i

/** Tells whether a field of the client's request also goes out with a leg of this framing. */
export function belongsToLeg(fieldName: string, framing: Framing): boolean {
  return !(framing === 'no body' ? NOT_WITHOUT_BODY : NOT_WITH_EMPTY_BODY).test(fieldName)
}
