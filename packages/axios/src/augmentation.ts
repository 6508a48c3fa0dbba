declare module 'axios' {
  // Without its type parameters, of which some versions have one and others two.
  interface AxiosRequestConfig {
    /** False: this request uses no credentials of ours, and a connection that has seen none. */
    ntlm?: false
  }
}

export type {}
