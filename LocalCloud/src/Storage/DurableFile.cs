using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LocalCloud.Storage;

/// <summary>
/// Replaces small files atomically: after a crash, the file has either the old or the new content.
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

    /// <summary>Reads an existing JSON file.</summary>
    /// <exception cref="StartRefusedException">The file is not valid JSON.</exception>
    public static T ReadJson<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type)
                ?? throw new JsonException("It contains null.");
        }
        catch (JsonException error)
        {
            throw new StartRefusedException($"'{path}' is damaged: {error.Message} Restore the file.", error);
        }
    }
}
