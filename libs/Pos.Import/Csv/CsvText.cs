using System.Buffers;
using System.Text;
using Pos.Contracts;

namespace Pos.Import.Csv;

/// <summary>
/// Opens a file's text: UTF-8 where all of it is UTF-8, else Windows-1252, which till exports use. The whole of a file
/// is looked at, of a stream that can not go back the first MiB; neither is held in memory.
/// </summary>
internal static class CsvText
{
    private const int Chunk = 1 << 20;
    private const int Windows1252 = 1252;

    // Throws on bytes that are not UTF-8, which can only stand behind the first MiB of a stream that can not go back.
    private static readonly UTF8Encoding s_strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <exception cref="CsvFormatException">The stream is empty, binary, or UTF-16.</exception>
    public static StreamReader Open(Stream stream, string file)
    {
        Encoding encoding;
        if (stream.CanSeek)
        {
            var start = stream.Position;
            encoding = EncodingOf(stream, file, wholeStream: true, out var mark, out _);
            stream.Position = start + mark;
        }
        else
        {
            encoding = EncodingOf(stream, file, wholeStream: false, out var mark, out var head);
            stream = new HeadAndTailStream(head[mark..], stream);
        }
        return new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024);
    }

    private static Encoding EncodingOf(
        Stream stream,
        string file,
        bool wholeStream,
        out int mark,
        out ReadOnlyMemory<byte> head
    )
    {
        var buffer = new byte[Chunk];
        var kept = 0; // Bytes of a character that the last chunk's end cut.
        var isUtf8 = true;
        long before = 0;
        mark = 0;
        head = default;
        while (true)
        {
            var count = stream.ReadAtLeast(buffer.AsSpan(kept), Chunk - kept, throwOnEndOfStream: false);
            var isLast = count < Chunk - kept;
            var bytes = buffer.AsSpan(0, kept + count);
            if (before == 0)
            {
                if (bytes.IsEmpty)
                    throw new CsvFormatException(file, null, "is empty; a header and rows are needed");
                mark = ByteOrderMark(bytes, file);
                head = buffer.AsMemory(0, bytes.Length);
            }
            if (bytes.IndexOf((byte)0) is >= 0 and var nul)
                throw new CsvFormatException(
                    file,
                    null,
                    $"is not text: byte {before + nul} is NUL (a binary file, or UTF-16; CSV in UTF-8 or Windows-1252 is needed)"
                );

            var incomplete = 0;
            isUtf8 = isUtf8 && IsUtf8(bytes, isLast, out incomplete);
            if (isLast || !wholeStream)
                return isUtf8 ? s_strictUtf8 : CodePagesEncodingProvider.Instance.GetEncoding(Windows1252)!;

            before += bytes.Length - incomplete;
            bytes[^incomplete..].CopyTo(buffer);
            kept = incomplete;
        }
    }

    private static int ByteOrderMark(ReadOnlySpan<byte> bytes, string file) =>
        bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => 3,
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => throw new CsvFormatException(
                file,
                null,
                "is UTF-16; CSV in UTF-8 or Windows-1252 is needed"
            ),
            _ => 0,
        };

    private static bool IsUtf8(ReadOnlySpan<byte> bytes, bool isLast, out int incomplete)
    {
        incomplete = 0;
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return true;
        if (isLast)
            return false;
        for (incomplete = 1; incomplete <= 3; incomplete++)
        {
            var cut = bytes[^incomplete..];
            if (
                Rune.DecodeFromUtf8(cut, out _, out _) == OperationStatus.NeedMoreData
                && System.Text.Unicode.Utf8.IsValid(bytes[..^incomplete])
            )
                return true;
        }
        incomplete = 0;
        return false;
    }
}
