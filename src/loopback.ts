// RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3.
/** Whether only this machine reaches what listens at a host name or IP address. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)
