namespace Pos.Contracts;

/// <summary>One line of NDJSON that is not blank.</summary>
/// <param name="Number">The line's number in the input, from 1; blank lines count.</param>
/// <param name="Utf8">The line without its line end; empty when too long. Valid until the next line is read.</param>
/// <param name="TooLong">True if the line was longer than allowed and was skipped.</param>
public readonly record struct NdjsonLine(long Number, ReadOnlyMemory<byte> Utf8, bool TooLong);
