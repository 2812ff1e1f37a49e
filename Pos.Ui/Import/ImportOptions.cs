using System.ComponentModel.DataAnnotations;

namespace Pos.Ui.Import;

/// <summary>What imports may take of this server.</summary>
internal sealed class ImportOptions
{
    public const string Section = "Import";

    /// <summary>Of a file. It is kept on disk while its import can go on.</summary>
    [Range(1, long.MaxValue)]
    public long MaximumFileBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Imports that send at once. A further one can be started when one of them ends or pauses.</summary>
    [Range(1, 16)]
    public int MaximumRunning { get; set; } = 2;

    /// <summary>
    /// Imports that are remembered, with their files as far as they are needed; the oldest that does not run makes
    /// room.
    /// </summary>
    [Range(2, 100)]
    public int MaximumKept { get; set; } = 10;
}
