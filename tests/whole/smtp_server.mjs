// A real mail server for tests: it takes mail on a free port of this machine and prints one line of
// JSON for each message that it took, and before that one line with its port. The first attempt at
// every message is put off (451), as busy servers do; an address that begins with "nobody" is
// unknown (550).
// node smtp_server.mjs <folder of the package smtp-server>
import { createRequire } from 'node:module';
const { SMTPServer } = createRequire(`${process.argv[2]}/`)(process.argv[2]);

const seen = new Set();
const tell = line => process.stdout.write(`${JSON.stringify(line)}\n`);
const answer = (code, words) => Object.assign(new Error(words), { responseCode: code });

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: ({ address }, session, done) =>
    done(address.startsWith('nobody') ? answer(550, 'no such mailbox') : null),
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', chunk => chunks.push(chunk));
    stream.on('end', () => {
      const message = Buffer.concat(chunks).toString('utf8');
      const id = /^message-id: *(<.*>)/im.exec(message)?.[1] ?? '';
      if (!seen.has(id)) {
        seen.add(id);
        tell({ put_off: id });
        return done(answer(451, 'come back later'));
      }
      tell({ id, to: session.envelope.rcptTo.map(it => it.address), message });
      return done();
    });
  },
});
server.listen(0, '127.0.0.1', () => tell({ port: server.server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
