import { execFileSync } from 'node:child_process';

/** The programs run as they are run by hand: compiled, against the service as it is shipped. */
export default function build(): void {
  execFileSync('npm', ['run', 'prefaults', '--silent'], { stdio: 'inherit' });
}
