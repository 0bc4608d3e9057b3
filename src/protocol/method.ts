/**
 * A method table is the whole contract between two sides: name → request, item, result. Client and server derive their
 * types and their checks from it.
 */
import type * as v from 'valibot';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any schema will do here; the table's own types are exact
type AnySchema = v.GenericSchema<any, any>;

export interface Method {
  readonly request: AnySchema;
  /** Streamed as Item frames while the request runs. */
  readonly item: AnySchema;
  readonly result: AnySchema;
}

export type MethodTable = Readonly<Record<string, Method>>;
export type RequestOf<T extends MethodTable, M extends keyof T> = v.InferOutput<T[M]['request']>;
export type ItemOf<T extends MethodTable, M extends keyof T> = v.InferOutput<T[M]['item']>;
export type ResultOf<T extends MethodTable, M extends keyof T> = v.InferOutput<T[M]['result']>;
