/**
 * Two clocks. Hazard: the wall clock may be set at any moment (NTP, a person, a suspended machine), so everything that is
 * measured here (a wait, an age, the gap between two requests) is measured with the monotonic one. A wait by the wall clock
 * would last as long as the clock was set back.
 */
export interface Clock {
  /** Unix ms by the wall clock: for people, and to compare with the clocks of others. */
  now(): number;
  /** Ms since a fixed but unknown moment; never goes back. */
  monotonic(): number;
}
