"""Messages as the tests write them down (see Notation.java), to and from what Qpid Proton makes of them."""

import struct
import uuid

from proton import (
    UNDESCRIBED, Array, Data, Described, Message, byte, char, decimal32, decimal64, decimal128, float32, int32, short,
    symbol, timestamp, ubyte, uint, ulong, ushort)

ARRAYS = {
    'boolean': Data.BOOL, 'ubyte': Data.UBYTE, 'ushort': Data.USHORT, 'uint': Data.UINT, 'ulong': Data.ULONG,
    'byte': Data.BYTE, 'short': Data.SHORT, 'int': Data.INT, 'long': Data.LONG, 'float': Data.FLOAT,
    'double': Data.DOUBLE, 'char': Data.CHAR, 'timestamp': Data.TIMESTAMP, 'uuid': Data.UUID, 'binary': Data.BINARY,
    'string': Data.STRING, 'symbol': Data.SYMBOL}

MAKERS = {
    'null': lambda: None,
    'boolean': lambda text: text == 'true',
    'ubyte': lambda text: ubyte(int(text)), 'ushort': lambda text: ushort(int(text)),
    'uint': lambda text: uint(int(text)), 'ulong': lambda text: ulong(int(text)),
    'byte': lambda text: byte(int(text)), 'short': lambda text: short(int(text)),
    'int': lambda text: int32(int(text)), 'long': int,
    'float': lambda text: float32(struct.unpack('>f', bytes.fromhex(text))[0]),
    'double': lambda text: struct.unpack('>d', bytes.fromhex(text))[0],
    'decimal32': lambda text: decimal32(int(text, 16)), 'decimal64': lambda text: decimal64(int(text, 16)),
    'decimal128': lambda text: decimal128(bytes.fromhex(text)),
    'char': lambda text: char(chr(int(text))), 'timestamp': lambda text: timestamp(int(text)),
    'uuid': uuid.UUID, 'binary': bytes.fromhex, 'string': str, 'symbol': symbol}

WRITERS = {
    bool: ('boolean', lambda value: 'true' if value else 'false'),
    ubyte: ('ubyte', lambda value: str(int(value))), ushort: ('ushort', lambda value: str(int(value))),
    uint: ('uint', lambda value: str(int(value))), ulong: ('ulong', lambda value: str(int(value))),
    byte: ('byte', lambda value: str(int(value))), short: ('short', lambda value: str(int(value))),
    int32: ('int', lambda value: str(int(value))), int: ('long', str),
    float32: ('float', lambda value: struct.pack('>f', value).hex()),
    float: ('double', lambda value: struct.pack('>d', value).hex()),
    decimal32: ('decimal32', lambda value: '%08x' % int(value)),
    decimal64: ('decimal64', lambda value: '%016x' % int(value)),
    decimal128: ('decimal128', lambda value: bytes(value).hex()),
    char: ('char', lambda value: str(ord(value))), timestamp: ('timestamp', lambda value: str(int(value))),
    uuid.UUID: ('uuid', str), bytes: ('binary', lambda value: value.hex()),
    memoryview: ('binary', lambda value: bytes(value).hex()),
    str: ('string', str), symbol: ('symbol', str)}

PROPERTIES = {
    'message-id': 'id', 'user-id': 'user_id', 'to': 'address', 'subject': 'subject', 'reply-to': 'reply_to',
    'correlation-id': 'correlation_id', 'content-type': 'content_type', 'content-encoding': 'content_encoding',
    'group-id': 'group_id', 'group-sequence': 'group_sequence', 'reply-to-group-id': 'reply_to_group_id'}
TIMES = {'absolute-expiry-time': 'expiry_time', 'creation-time': 'creation_time'}


def value_of(note):
    """The value that Proton's users would give."""
    kind = note[0]
    if kind == 'list':
        return [value_of(each) for each in note[1]]
    if kind == 'map':
        return {value_of(key): value_of(entry) for key, entry in note[1]}
    if kind == 'array':
        return Array(UNDESCRIBED, ARRAYS[note[1]], *[MAKERS[note[1]](each) for each in note[2]])
    if kind == 'described':
        return Described(value_of(note[1]), value_of(note[2]))
    return MAKERS[kind](*note[1:])


def note_of(value):
    """How the tests write a value."""
    if value is None:
        return ['null']
    if isinstance(value, dict):
        return ['map', [[note_of(key), note_of(entry)] for key, entry in value.items()]]
    if isinstance(value, list):
        return ['list', [note_of(each) for each in value]]
    if isinstance(value, Array):
        kind = next(name for name, code in ARRAYS.items() if code == value.type)
        return ['array', kind, [WRITERS[type(each)][1](each) for each in value.elements]]
    if isinstance(value, Described):
        return ['described', note_of(value.descriptor), note_of(value.value)]
    name, write = WRITERS[type(value)]
    return [name, write(value)]


def message_of(note):
    """A message of Proton. It holds one section of a body, and no footer."""
    message = Message()
    header = note.get('header', {})
    message.durable = header.get('durable', [None, 'false'])[1] == 'true'
    message.priority = int(header.get('priority', [None, '4'])[1])
    message.ttl = int(header.get('ttl', [None, '0'])[1]) / 1000
    if 'delivery-annotations' in note:
        message.instructions = value_of(note['delivery-annotations'])
    if 'message-annotations' in note:
        message.annotations = value_of(note['message-annotations'])
    for name, written in note.get('properties', {}).items():
        if name in TIMES:
            setattr(message, TIMES[name], int(written[1]) / 1000)
        else:
            setattr(message, PROPERTIES[name], value_of(written))
    if 'application-properties' in note:
        message.properties = value_of(note['application-properties'])
    if len(note['body']) != 1 or 'footer' in note:
        raise ValueError('Proton for Python does not write such a message')
    section = note['body'][0]
    if 'value' in section:
        message.body = value_of(section['value'])
    elif 'data' in section:
        message.inferred, message.body = True, bytes.fromhex(section['data'])
    else:
        message.inferred, message.body = True, value_of(section['sequence'])
    return message


def note_of_message(message):
    """How the tests write a message, as far as Proton tells."""
    note = {
        'header': {
            'durable': note_of(message.durable),
            'priority': ['ubyte', str(message.priority)],
            'delivery-count': ['uint', str(message.delivery_count)]},
        'properties': {}}
    if message.ttl:
        note['header']['ttl'] = ['uint', str(round(message.ttl * 1000))]
    if message.instructions:
        note['delivery-annotations'] = note_of(message.instructions)
    if message.annotations:
        note['message-annotations'] = note_of(message.annotations)
    for name, attribute in PROPERTIES.items():
        value = getattr(message, attribute)
        if value not in (None, '', b'', 0, 'None'):  # an absent symbol is the symbol "None" to Proton
            # Of these three Proton tells plain numbers.
            kind = {'group-sequence': 'uint', 'message-id': 'ulong', 'correlation-id': 'ulong'}.get(name)
            note['properties'][name] = [kind, str(value)] if type(value) is int else note_of(value)
    for name, attribute in TIMES.items():
        value = getattr(message, attribute)
        if value:
            note['properties'][name] = ['timestamp', str(round(value * 1000))]
    if message.properties:
        note['application-properties'] = note_of(message.properties)
    body = note_of(message.body)
    if message.inferred and body[0] == 'binary':
        note['body'] = [{'data': body[1]}]
    elif message.inferred and body[0] == 'list':
        note['body'] = [{'sequence': body}]
    else:
        note['body'] = [{'value': body}]
    return note
