/** This piece stands for a mail server: the mail is the output of the step, and a line on the terminal. */

export interface Mail {
  readonly to: string;
  readonly text: string;
}

export function send(mail: Mail): Mail {
  console.log(`mail to ${mail.to}: ${mail.text}`);
  return mail;
}
