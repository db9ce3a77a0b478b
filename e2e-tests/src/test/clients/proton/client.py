"""Qpid Proton, told what to do by lines of JSON on stdin; each is answered by one line on stdout (see ScriptClient.java)."""

import json
import select
import sys
import time
import traceback

from proton import Condition, Delivery, Endpoint, Handler, Message
from proton.handlers import MessagingHandler, TransactionHandler
from proton.reactor import Container
from notation import message_of, note_of_message

LIMIT_SECONDS = 15


class Receiving(Handler):
    """Keeps what comes, with its bytes."""

    def __init__(self):
        super().__init__()
        self.deliveries = []
        self.waiting = []

    def on_delivery(self, event):
        delivery = event.delivery
        if not delivery.readable or delivery.partial:
            return
        encoded = delivery.link.recv(delivery.pending)
        delivery.link.advance()
        message = Message()
        message.decode(encoded)
        self.deliveries.append(delivery)
        self.waiting.append({
            'id': len(self.deliveries) - 1, 'encoded': encoded.hex(), 'message': note_of_message(message)})


class Transacting(TransactionHandler):
    """Knows the transaction under way, and how it ended."""

    def __init__(self):
        super().__init__()
        self.transaction = None
        self.ended = None

    def on_transaction_declared(self, event):
        self.transaction = event.transaction

    def on_transaction_committed(self, event):
        self.ended = 'committed'

    def on_transaction_aborted(self, event):
        self.ended = 'aborted'

    def on_transaction_declare_failed(self, event):
        self.ended = 'not declared'

    def on_transaction_commit_failed(self, event):
        self.ended = 'not committed'


class Client:
    """One connection."""

    def __init__(self):
        self.container = None
        self.connection = None
        self.links = {}
        self.handlers = {}
        self.transacting = None

    def run_until(self, condition, what):
        """Lets Proton work until something is so, or a peer has ended something, or it took too long."""
        deadline = time.monotonic() + LIMIT_SECONDS
        self.container.timeout = 0.05
        while not condition():
            if not self.container.process() or self.connection.state & Endpoint.REMOTE_CLOSED:
                raise ConnectionError('the connection ended: %s' % self.connection.remote_condition)
            if time.monotonic() > deadline:
                raise TimeoutError('not within %d s: %s' % (LIMIT_SECONDS, what))

    def flushed(self):
        """Whether all that was said is on its way."""
        return self.connection.transport.pending() <= 0

    def opened(self, link):
        def condition():
            if link.state & Endpoint.REMOTE_CLOSED:
                raise ConnectionRefusedError('%s: %s' % (link.remote_condition.name, link.remote_condition.description))
            terminus = link.remote_source if link.is_receiver else link.remote_target
            return link.state & Endpoint.REMOTE_ACTIVE and (terminus.type or link.credit)
        self.run_until(condition, 'an answer to the attach')

    def connect(self, host, port, user=None, password=None):
        self.container = Container()
        self.container.start()
        self.links, self.handlers = {}, {}
        self.connection = self.container.connect(
            '%s:%d' % (host, port), reconnect=False, user=user, password=password, allow_insecure_mechs=True)
        self.run_until(lambda: self.connection.state & Endpoint.REMOTE_ACTIVE, 'the open')

    def sender(self, link, address=None):
        sender = self.container.create_sender(
            self.connection, address, name=link, handler=MessagingHandler(auto_settle=False))
        self.links[link] = sender
        self.opened(sender)
        self.run_until(lambda: sender.credit, 'credit')

    def send(self, link, message):
        made = message_of(message)
        if self.transacting:
            delivery = self.transacting.transaction.send(self.links[link], made)
        else:
            delivery = self.links[link].send(made)
        self.run_until(lambda: delivery.remote_state, 'an outcome')
        accepted = delivery.remote_state == (0x34 if self.transacting else Delivery.ACCEPTED)
        if not accepted:
            raise ValueError('the outcome is %s %s' % (delivery.remote_state, delivery.remote.condition))
        delivery.settle()
        return {'encoded': made.encode().hex()}

    def receiver(self, link, credit, address=None):
        handler = Receiving()
        receiver = self.container.create_receiver(
            self.connection, address, name=link, dynamic=address is None, handler=handler)
        self.links[link], self.handlers[link] = receiver, handler
        self.opened(receiver)
        receiver.flow(credit)
        self.run_until(self.flushed, 'credit sent')
        return {'address': receiver.remote_source.address}

    def receive(self, link, count):
        handler = self.handlers[link]
        self.run_until(lambda: len(handler.waiting) >= count, '%d messages' % count)
        taken, handler.waiting = handler.waiting[:count], handler.waiting[count:]
        return {'messages': taken}

    def settle(self, link, ids, outcome):
        for each in ids:
            delivery = self.handlers[link].deliveries[each]
            if self.transacting:
                self.transacting.transaction.accept(delivery)
                continue
            if outcome in ('FAILED', 'UNDELIVERABLE'):
                delivery.local.failed = True
                delivery.local.undeliverable = outcome == 'UNDELIVERABLE'
            if outcome == 'REJECTED':
                delivery.local.condition = Condition('test:rejected', 'rejected on purpose')
            delivery.update({
                'ACCEPTED': Delivery.ACCEPTED, 'RELEASED': Delivery.RELEASED, 'REJECTED': Delivery.REJECTED,
                'FAILED': Delivery.MODIFIED, 'UNDELIVERABLE': Delivery.MODIFIED}[outcome])
            delivery.settle()
        self.run_until(self.flushed, 'settlements sent')

    def credit(self, link, credit):
        self.links[link].drain_mode = False
        self.links[link].flow(credit)
        self.run_until(self.flushed, 'credit sent')

    def drain(self, link):
        receiver = self.links[link]
        receiver.drain(0)
        self.run_until(lambda: not receiver.draining(), 'the end of the drain')
        receiver.drain_mode = False
        return {'waiting': len(self.handlers[link].waiting)}

    def end(self, link):
        ended = self.links[link]
        ended.close()
        self.run_until(lambda: ended.state & Endpoint.REMOTE_CLOSED, 'the end of the link')

    def begin(self):
        transacting = Transacting()
        self.container.declare_transaction(self.connection, handler=transacting)
        self.run_until(lambda: transacting.transaction or transacting.ended, 'the transaction')
        if transacting.ended:
            raise ValueError(transacting.ended)
        self.transacting = transacting

    def commit(self):
        self.discharge(self.transacting.transaction.commit, 'committed')

    def rollback(self):
        self.discharge(self.transacting.transaction.abort, 'aborted')

    def discharge(self, how, expected):
        transacting, self.transacting = self.transacting, None
        how()
        self.run_until(lambda: transacting.ended, 'the end of the transaction')
        if transacting.ended != expected:
            raise ValueError(transacting.ended)

    def idle(self):
        """What is done beside the tasks: signs of life."""
        if self.container:
            self.container.timeout = 0
            self.container.process()

    def close(self):
        self.connection.close()
        self.container.timeout = 0.05
        deadline = time.monotonic() + LIMIT_SECONDS
        while not self.connection.state & Endpoint.REMOTE_CLOSED and time.monotonic() < deadline:
            self.container.process()
        self.container.stop()
        self.container = None


def tasks(client):
    """One line for each. The next one comes when the last was answered, so none waits in a buffer where it is not seen."""
    while True:
        while not select.select([sys.stdin], [], [], 1)[0]:
            client.idle()
        line = sys.stdin.readline()
        if not line:
            return
        yield line


def run():
    """Until stdin ends."""
    client = Client()
    for line in tasks(client):
        command = json.loads(line)
        try:
            answer = {'ok': getattr(client, command.pop('do'))(**command) or {}}
        except Exception as error:  # whatever it is, the test has to hear of it
            answer = {'failed': '%s: %s' % (type(error).__name__, error), 'at': traceback.format_exc()}
        print(json.dumps(answer), flush=True)


run()
