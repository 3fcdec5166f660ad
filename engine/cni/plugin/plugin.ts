/** What a plugin is: functions, one a command. They know neither how they were started nor where their output goes. */
import type { Environment, Parameters, PluginConfig, Result } from '../spec';

export interface PluginRequest extends Parameters {
  config: PluginConfig;
  /** The result of the plugin before it in the list, or of the ADD this is about; none where there is none. */
  previous: Result | undefined;
  /** As the plugin got it: a delegate gets it, too. */
  environment: Environment;
  /** The configuration's text, for a delegate. */
  stdin: string;
}

/** What a runtime says is still in use. */
export interface Attachment {
  containerID: string;
  ifname: string;
}

export interface GcRequest extends PluginRequest {
  /** Whatever belongs to none of these can go. */
  valid: Attachment[];
}

type Answer<T> = T | Promise<T>;

/** A command fails by throwing; a `CniError` keeps its code, anything else is an internal error (999). */
export interface Plugin {
  /** The versions of the specification it speaks. */
  versions: readonly string[];
  /** One line for whoever starts it by hand. */
  about: string;
  add(request: PluginRequest): Answer<Result>;
  /** No error for what is gone already. */
  del(request: PluginRequest): Answer<void>;
  /** No error when all is as ADD left it. */
  check(request: PluginRequest): Answer<void>;
  gc?(request: GcRequest): Answer<void>;
  /** No error when an ADD could be served. Errors: 50, 51. */
  status?(request: PluginRequest): Answer<void>;
  /** Whether the path is the namespace the plugin itself is in; then it refuses to work in it. */
  isOwnNetns?(netns: string): Answer<boolean>;
}
