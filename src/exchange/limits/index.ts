/** Limits: how much a partner and each of its clients may ask, counted over all nodes. */
export { limitedExchange } from './limited.ts';
export { type Admission, type Limiter, limiter, type LimiterDeps } from './limiter.ts';
