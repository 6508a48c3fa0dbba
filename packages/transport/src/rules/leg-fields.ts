/** Which of the client's fields a leg takes along: none of a body's, or all but those that frame a body. */
export type Framing = 'no body' | 'empty body'

/**
 * What describes a body, asks for an upgrade, rules one connection, or makes the request conditional: none of it
 * belongs to a leg that asks for a page.
 */
const NOT_WITHOUT_BODY =
  /^(?:content-.*|transfer-encoding|trailer|te|expect|upgrade|connection|keep-alive|sec-websocket-.*|range|if-.*|authorization)$/i

/** What frames a body: a leg that stands for a request with one keeps all else, for servers look at that first. */
const NOT_WITH_EMPTY_BODY =
  /^(?:content-length|transfer-encoding|trailer|te|expect|upgrade|connection|keep-alive|sec-websocket-.*|authorization)$/i

/** Whether a field of the client's request also goes out with a leg of this framing. */
export function belongsToLeg(fieldName: string, framing: Framing): boolean {
  return !(framing === 'no body' ? NOT_WITHOUT_BODY : NOT_WITH_EMPTY_BODY).test(fieldName)
}
