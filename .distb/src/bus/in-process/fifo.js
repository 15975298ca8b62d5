/** A linked queue: unlike an array, taking the first of a long one costs nothing extra. */
export class Fifo {
    #first = null;
    #last = null;
    get empty() {
        return this.#first === null;
    }
    push(value) {
        const link = { value, next: null };
        if (this.#last === null)
            this.#first = link;
        else
            this.#last.next = link;
        this.#last = link;
    }
    pushFront(value) {
        this.#first = { value, next: this.#first };
        this.#last ??= this.#first;
    }
    shift() {
        const link = this.#first;
        if (link === null)
            return undefined;
        this.#first = link.next;
        if (link.next === null)
            this.#last = null;
        return link.value;
    }
}
