declare module 'axios' {
  interface AxiosRequestConfig<D> {
    /** False: this request uses no credentials of ours, and a connection that has seen none. */
    ntlm?: false
  }
}

export type {}
