using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using LocalCloud.Storage;

namespace LocalCloud.Streams;

/// <summary>
/// A stream's state on disk, as JSON with a checksum, twice: where one file is damaged the other is read and the first
/// made anew.
/// </summary>
internal static partial class StateFile
{
    private const string Name = "stream.json";
    private const string CopyName = "stream.copy.json";
    private const string ChecksumMark = "\n// XXH3 ";

    /// <summary>Whether there is any, whole or not.</summary>
    public static bool Exists(string folder) =>
        File.Exists(Path.Combine(folder, Name)) || File.Exists(Path.Combine(folder, CopyName));

    /// <summary>
    /// Returns when the state is on disk in both files; a crash in between leaves the newer one in the first.
    /// </summary>
    public static void Write(string folder, StreamState state)
    {
        var bytes = ToBytes(state);
        DurableFile.Replace(Path.Combine(folder, Name), bytes);
        DurableFile.Replace(Path.Combine(folder, CopyName), bytes);
    }

    /// <exception cref="StateDamagedException">Neither file is whole.</exception>
    public static StreamState Read(string folder, ILogger logger)
    {
        var (path, copyPath) = (Path.Combine(folder, Name), Path.Combine(folder, CopyName));
        var (bytes, copy) = (TryReadAll(path), TryReadAll(copyPath));
        var state = Parse(bytes)
            ?? Parse(copy)
            ?? throw new StateDamagedException(
                $"'{path}' and '{copyPath}' are damaged or missing: restore one of them, or move the folder away to give the stream up."
            );
        if (Parse(bytes) is null)
            LogDamaged(logger, path, copyPath);
        else if (Parse(copy) is null)
            LogDamaged(logger, copyPath, path);
        if (!bytes.AsSpan().SequenceEqual(copy))
            Write(folder, state);
        return state;
    }

    private static byte[] ToBytes(StreamState state)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(state, StreamStateJson.Default.StreamState);
        return [.. json, .. Encoding.ASCII.GetBytes($"{ChecksumMark}{XxHash3.HashToUInt64(json):x16}\n")];
    }

    /// <returns>Null when the bytes are not, to the last one, what was written.</returns>
    public static StreamState? Parse(ReadOnlySpan<byte> bytes)
    {
        Span<byte> mark = stackalloc byte[ChecksumMark.Length];
        Encoding.ASCII.GetBytes(ChecksumMark, mark);
        var end = bytes.LastIndexOf(mark);
        if (
            end < 0
            || !bytes[(end + mark.Length)..]
                .SequenceEqual(Encoding.ASCII.GetBytes($"{XxHash3.HashToUInt64(bytes[..end]):x16}\n"))
        )
            return null;
        return JsonSerializer.Deserialize(bytes[..end], StreamStateJson.Default.StreamState);
    }

    private static byte[] TryReadAll(string path) => File.Exists(path) ? File.ReadAllBytes(path) : [];

    [LoggerMessage(
        113,
        LogLevel.Error,
        "'{File}' is damaged or missing; the stream's state is read from '{Copy}', and the file is made anew"
    )]
    private static partial void LogDamaged(ILogger logger, string file, string copy);
}

/// <summary>What a stream is cannot be known any more; the message has the files' names.</summary>
internal sealed class StateDamagedException(string message) : Exception(message);
