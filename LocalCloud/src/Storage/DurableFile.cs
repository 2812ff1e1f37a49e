using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LocalCloud.Storage;

/// <summary>
/// Small files that are replaced as a whole: a reader after a crash finds the old content or the new.
/// </summary>
internal static class DurableFile
{
    /// <summary>Returns when the content is on disk under its name.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
        }
        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads a file of JSON that is there.</summary>
    /// <exception cref="StartRefusedException">It is not what was written.</exception>
    public static T ReadJson<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type)
                ?? throw new JsonException("It holds null.");
        }
        catch (JsonException error)
        {
            throw new StartRefusedException($"'{path}' is damaged: {error.Message} Restore the file.", error);
        }
    }
}
