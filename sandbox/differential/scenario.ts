/** One body, two kernels: a script whose whole output has to be the same on the real kernel and on the simulated one. */
export interface Scenario {
  /** Unique; says what is seen. */
  name: string;
  /** Run by bash as one program, standard error joined to standard output. */
  script: string;
  user?: 'root' | 'learner';
  /** What differs by nature beside what `normalise` knows: each match becomes `as`. */
  mask?: ReadonlyArray<{ match: RegExp; as: string }>;
  /** A feature of the kernel that not every real one has: where it is missing the scenario is skipped, and says so. */
  needs?: 'ipvlan' | 'dummy' | 'vlan' | 'cgroup2';
}
