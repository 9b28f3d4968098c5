/** What `plus1 controller` is told by its flags, for policies in a folder and for policies in a cluster. */
import type { JournalFlags } from './journal-flags.js';
import type { LogLevel } from '../../pkg/base/index.js';
import type { LogFormat } from '../../pkg/telemetry/index.js';
import type { LimitOptions } from './limit-options.js';
import type { NotifyOptions } from './notify-options.js';
import type { ReportFlags } from './report-flags.js';

/** Over a folder of policies. */
export interface ControllerOptions extends LimitOptions, JournalFlags, NotifyOptions, ReportFlags {
  policies: string;
  state?: string;
  credentials?: string;
  /** Passes at the same time. */
  concurrent: number;
  /** Ms; the operator's floor under every policy's interval. */
  minInterval: number;
  allowedHost: string[];
  metricsAddress: string;
  healthAddress: string;
  webhookAddress: string;
  logLevel: LogLevel;
  /** Of the web page; absent: by where policies live. */
  webAddress?: string;
  /** `none`: something in front of the page asks who comes. */
  webAuth?: 'none';
  /** File of the sinks to which the journal is sent. */
  siem?: string;
  /** By whether it is a terminal, unless given. */
  logFormat?: LogFormat;
  /** Oldest TLS to speak to GitHub. */
  tlsMinVersion: '1.2' | '1.3';
}

/** Without a folder the policies live in a cluster. */
export interface ClusterOptions extends Omit<ControllerOptions, 'policies' | 'credentials'> {
  namespace: string[];
  allNamespaces?: true;
  leaderElect?: true;
  /** An admission policy proves approver and groups of every approval. */
  approvalsVerified?: true;
}

/** The flags as they were given. */
export interface ControllerFlags extends ClusterOptions, Pick<ControllerOptions, 'credentials'> {
  policies?: string;
}
