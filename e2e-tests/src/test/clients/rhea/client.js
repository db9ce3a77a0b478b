'use strict';

// rhea, told what to do by lines of JSON on stdin; each is answered by one line on stdout (see ScriptClient.java).

const readline = require('readline');
const rhea = require('rhea');
const {decode, encode} = require('./notation.js');

const LIMIT_MILLIS = 15000;

// The bytes of each message as they came, which rhea does not keep.
const decodeMessage = rhea.message.decode;
rhea.message.decode = bytes => Object.defineProperty(decodeMessage(bytes), 'encoded', {value: bytes});

let connection;
let links;

/** Resolves when the first of these events comes, rejects at one of the others. */
function once(emitter, good, bad) {
    return new Promise((resolve, reject) => {
        const limit = setTimeout(() => done(reject, new Error('no ' + good + ' in time')), LIMIT_MILLIS);
        const listeners = [];
        function done(answer, value) {
            clearTimeout(limit);
            listeners.forEach(([event, listener]) => emitter.removeListener(event, listener));
            answer(value);
        }
        good.forEach(event => listeners.push([event, context => done(resolve, context)]));
        bad.forEach(event => listeners.push([event, context => {
            const error = context.error || (context.receiver || context.sender || connection).error || event;
            done(reject, new Error(`${error.condition}: ${error.description}`));
        }]));
        listeners.forEach(([event, listener]) => emitter.on(event, listener));
    });
}

function until(link, condition) {
    return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
            link.observer = undefined;
            reject(new Error('only ' + link.waiting.length + ' messages came'));
        }, LIMIT_MILLIS);
        link.observer = () => {
            if (condition()) {
                clearTimeout(limit);
                link.observer = undefined;
                resolve();
            }
        };
        link.observer();
    });
}

const OUTCOMES = {
    ACCEPTED: delivery => delivery.accept(),
    RELEASED: delivery => delivery.release(),
    FAILED: delivery => delivery.modified({delivery_failed: true}),
    UNDELIVERABLE: delivery => delivery.modified({delivery_failed: true, undeliverable_here: true}),
    REJECTED: delivery => delivery.reject({condition: 'test:rejected', description: 'rejected on purpose'}),
};

const commands = {
    async connect({host, port, user, password}) {
        links = {};
        const options = {host, port, reconnect: false};
        if (user) Object.assign(options, {username: user, password});
        connection = rhea.create_container().connect(options);
        connection.on('error', () => {}); // whoever waits hears of it
        await once(connection, ['connection_open'], ['disconnected', 'connection_error']);
        return {};
    },

    async sender({link, address}) {
        const sender = connection.open_sender({target: address ? {address} : {}});
        links[link] = {sender};
        await once(sender, ['sendable'], ['sender_error', 'sender_close']);
        return {};
    },

    async send({link, message}) {
        const {sender} = links[link];
        const encoded = encode(message);
        const delivery = sender.send(encoded, undefined, 0);
        await new Promise((resolve, reject) => {
            const limit = setTimeout(() => reject(new Error('no outcome in time')), LIMIT_MILLIS);
            const settled = context => {
                if (context.delivery !== delivery) return;
                clearTimeout(limit);
                sender.removeListener('settled', settled);
                const outcome = delivery.remote_state;
                if (outcome && outcome.constructor.composite_type === 'accepted') resolve();
                else reject(new Error('the outcome is ' + JSON.stringify(outcome)));
            };
            sender.on('settled', settled);
        });
        return {encoded: encoded.toString('hex')};
    },

    async receiver({link, address, credit}) {
        const source = address ? {address} : {dynamic: true};
        const receiver = connection.open_receiver({source, credit_window: 0, autoaccept: false});
        const entry = {receiver, deliveries: [], waiting: []};
        links[link] = entry;
        receiver.on('message', ({message, delivery}) => {
            entry.waiting.push({
                id: entry.deliveries.push(delivery) - 1,
                encoded: message.encoded.toString('hex'),
                message: decode(message.encoded),
            });
            if (entry.observer) entry.observer();
        });
        await once(receiver, ['receiver_open'], ['receiver_error', 'receiver_close']);
        if (!receiver.source || !receiver.source.address) {
            await once(receiver, [], ['receiver_error', 'receiver_close']);
        }
        receiver.add_credit(credit);
        return {address: receiver.source.address};
    },

    async receive({link, count}) {
        const entry = links[link];
        await until(entry, () => entry.waiting.length >= count);
        return {messages: entry.waiting.splice(0, count)};
    },

    async settle({link, ids, outcome}) {
        ids.forEach(id => OUTCOMES[outcome](links[link].deliveries[id]));
        return {};
    },

    async drain({link}) {
        const entry = links[link];
        const drained = once(entry.receiver, ['receiver_drained'], ['receiver_error', 'receiver_close']);
        entry.receiver.drain_credit();
        await drained;
        entry.receiver.drain = false;
        return {waiting: entry.waiting.length};
    },

    async credit({link, credit}) {
        links[link].receiver.add_credit(credit);
        return {};
    },

    async end({link}) {
        const {receiver, sender} = links[link];
        const closed = once(receiver || sender, [receiver ? 'receiver_close' : 'sender_close'], []);
        (receiver || sender).close();
        await closed;
        return {};
    },

    async close() {
        const closed = once(connection, ['connection_close', 'disconnected'], []);
        connection.close();
        await closed;
        return {};
    },
};

async function run() {
    for await (const line of readline.createInterface({input: process.stdin})) {
        let answer;
        try {
            const command = JSON.parse(line);
            answer = {ok: await commands[command.do](command)};
        } catch (error) {
            answer = {failed: error.message, at: error.stack};
        }
        process.stdout.write(JSON.stringify(answer) + '\n');
    }
    process.exit(0);
}

run();
