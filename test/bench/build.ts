import { execFileSync } from 'node:child_process';

/** It runs as it is run by hand: compiled, against the service as it is shipped. */
export default function build(): void {
  execFileSync('npm', ['run', 'prebench', '--silent'], { stdio: 'inherit' });
}
