using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using LocalCloud.Storage;

namespace LocalCloud.Streams;

/// <summary>
/// A stream's state on disk as JSON with a checksum, in two files. If one is damaged, it is rewritten from the other.
/// </summary>
internal static partial class StateFile
{
    private const string Name = "stream.json";
    private const string CopyName = "stream.copy.json";
    private const string ChecksumMark = "\n// XXH3 ";

    /// <summary>Returns true if either file exists, even if it is damaged.</summary>
    public static bool Exists(string folder) =>
        File.Exists(Path.Combine(folder, Name)) || File.Exists(Path.Combine(folder, CopyName));

    /// <summary>
    /// Returns when the state is on disk in both files. After a crash in between, the first file has the newer state.
    /// </summary>
    public static void Write(string folder, StreamState state)
    {
        var bytes = ToBytes(state);
        DurableFile.Replace(Path.Combine(folder, Name), bytes);
        DurableFile.Replace(Path.Combine(folder, CopyName), bytes);
    }

    /// <exception cref="StateDamagedException">Both files are damaged or missing.</exception>
    public static StreamState Read(string folder, ILogger logger)
    {
        var (path, copyPath) = (Path.Combine(folder, Name), Path.Combine(folder, CopyName));
        var (bytes, copy) = (TryReadAll(path), TryReadAll(copyPath));
        var state = Parse(bytes)
            ?? Parse(copy)
            ?? throw new StateDamagedException(
                $"'{path}' and '{copyPath}' are damaged or missing. "
                    + "Restore one of them, or move the folder elsewhere to discard the stream."
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

    /// <summary>Returns null if the checksum does not match or anything follows it.</summary>
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

    [LoggerMessage(113, LogLevel.Error, "State file '{File}' is damaged or missing; rewriting it from '{Copy}'")]
    private static partial void LogDamaged(ILogger logger, string file, string copy);
}

/// <summary>Both copies of a stream's state are damaged or missing. The message names the files.</summary>
internal sealed class StateDamagedException(string message) : Exception(message);
