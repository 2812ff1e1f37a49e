using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pos.Import;

/// <summary>How far a replay has come, kept outside the working folder until the file is through.</summary>
/// <param name="FileLength">Length in bytes of the file then: another length is another file.</param>
/// <param name="FileWritten">When the file was last written, in UTC.</param>
/// <param name="Started">When the replay began, in UTC: the clock that rows are held against, so that a resume reads
/// them alike.</param>
/// <param name="ItemsThrough">So many items of the file, posts and rejected rows, are acknowledged or among the
/// rejects.</param>
/// <param name="Shift">What was added to the purchases' times.</param>
/// <param name="Totals">What these items held.</param>
public sealed record ReplayState(
    long FileLength,
    DateTime FileWritten,
    DateTimeOffset Started,
    long ItemsThrough,
    TimeSpan Shift,
    ReplayTotals Totals
)
{
    /// <summary>Whether the file is still the one that was replayed.</summary>
    public bool IsOf(FileInfo file) => FileLength == file.Length && FileWritten == file.LastWriteTimeUtc;
}

/// <summary>Keeps the state of one file's replay to one target.</summary>
/// <param name="path">Where; its folder is made if need be.</param>
public sealed class ReplayStateFile(string path)
{
    /// <summary>The one that this user's replays of a file to a target have.</summary>
    public static ReplayStateFile Of(FileInfo file, Uri target)
    {
        var folder = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{file.FullName}\n{target}")))[
            ..32
        ];
        return new ReplayStateFile(
            Path.Combine(folder.Length > 0 ? folder : Path.GetTempPath(), "pos", "replay", name + ".json")
        );
    }

    /// <summary>The state that an earlier replay left, or null.</summary>
    public ReplayState? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ReplayStateJson.Default.ReplayState);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces it, or leaves it as it is.</summary>
    public void Write(ReplayState state)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var written = path + ".new";
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(state, ReplayStateJson.Default.ReplayState));
        File.Move(written, path, overwrite: true);
    }

    /// <summary>Nothing is left to be resumed.</summary>
    public void Delete()
    {
        if (File.Exists(path))
            File.Delete(path);
    }
}

[JsonSerializable(typeof(ReplayState))]
internal sealed partial class ReplayStateJson : JsonSerializerContext;
