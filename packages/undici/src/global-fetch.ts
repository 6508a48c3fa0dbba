declare global {
  interface RequestInit {
    /**
     * An undici Dispatcher, as Node's own `fetch` takes it. Of any version: the types of Node name the one that Node
     * has built in, those of the DOM name none, and whatever adds to either must fit both.
     */
    // biome-ignore lint/suspicious/noExplicitAny: nothing narrower may stand beside the option of @types/node.
    dispatcher?: any
  }
}

export type {}
