/** Shapes of relayed output that work by lines: a computer's name before each, or one JSON record for each. */
import type { PSSessionInfo } from '../protocol/model.ts';
import type { Shape } from './output-sink.ts';

/** `[Server01] line`, as output of several targets is shown. */
export function prefixedLines(computerName: string): Shape {
  const prefix = Buffer.from(`[${computerName}] `);
  const render = (line: Buffer) => Buffer.concat([prefix, line]);
  return byLines(render, (line) => Buffer.concat([prefix, line, Buffer.from('\n')]));
}

/** One JSON object a line: {PSComputerName, RunspaceId, Stream, Position, Data}; bytes that are no UTF-8 come as DataBase64. */
export function jsonRecords({ ComputerName, InstanceId }: PSSessionInfo): Shape {
  const render = (line: Buffer, stream: 'out' | 'err', position: number) => {
    const text = line.at(-1) === 0x0a ? line.subarray(0, -1) : line;
    const data = text.toString('utf8');
    const isText = Buffer.from(data, 'utf8').equals(text);
    const record = {
      PSComputerName: ComputerName,
      RunspaceId: InstanceId,
      Stream: stream === 'out' ? 'Output' : 'Error',
      Position: position,
      ...(isText ? { Data: data } : { DataBase64: text.toString('base64') }),
    };
    return Buffer.from(`${JSON.stringify(record)}\n`);
  };
  return byLines(render, render);
}

/** A line longer than what is held at once goes out in parts. */
const longestLineBytes = 16 * 1024;

type RenderLine = (line: Buffer, stream: 'out' | 'err', position: number) => Buffer;

function byLines(render: RenderLine, renderLast: RenderLine): Shape {
  return {
    take: (stream, position, bytes) => {
      const texts: Buffer[] = [];
      let taken = 0;
      for (;;) {
        const end = bytes.indexOf(0x0a, taken);
        if (end === -1) break;
        texts.push(render(bytes.subarray(taken, end + 1), stream, position + taken));
        taken = end + 1;
      }
      if (taken === 0 && bytes.length >= longestLineBytes)
        return { text: renderLast(bytes, stream, position), taken: bytes.length };
      return { text: Buffer.concat(texts), taken };
    },
    rest: (stream, position, bytes) => renderLast(bytes, stream, position),
  };
}
