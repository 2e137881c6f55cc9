// Of what browsers and Node have beside the language, mini programs have these, and the clients use no more.
declare function setTimeout(task: () => void, ms: number): number;
declare function clearTimeout(timer: number | undefined): void;
