namespace Pos.Contracts;

/// <summary>One line of NDJSON that is not blank.</summary>
/// <param name="Number">The line's number in the input, from 1; blank lines count.</param>
/// <param name="Utf8">The line without its end; empty when too long. Valid until the next line is asked for.</param>
/// <param name="TooLong">The line was longer than allowed: it was passed over, not kept.</param>
public readonly record struct NdjsonLine(long Number, ReadOnlyMemory<byte> Utf8, bool TooLong);
