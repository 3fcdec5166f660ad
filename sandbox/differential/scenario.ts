/** One body, two kernels: a script whose whole output has to be the same on the real kernel and on the simulated one. */
export interface Scenario {
  /** Unique; says what is seen. */
  name: string;
  /** Run by bash as one program, standard error joined to standard output. */
  script: string;
  user?: 'root' | 'learner';
  /** What differs by nature beside what `normalise` knows: each match becomes `as`. */
  mask?: ReadonlyArray<{ match: RegExp; as: string }>;
  /**
   * A driver that not every real kernel has, and what one that has it says (from its man page). The simulated kernel is
   * always held to that; the real one too, where it has the driver.
   */
  driver?: { name: Driver; transcript: string };
}

export type Driver = 'dummy' | 'ipvlan' | 'netem' | 'vlan';
