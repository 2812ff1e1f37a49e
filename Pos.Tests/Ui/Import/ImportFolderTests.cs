using Pos.Ui.Import;
using Xunit;

namespace Pos.Tests.Ui.Import;

[Fast]
public sealed class ImportFolderTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private readonly string _parent = Directory.CreateTempSubdirectory("pos test ").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void What_a_killed_process_has_left_is_taken_away()
    {
        var left = Left("pos-imports-left", s_now.AddMinutes(-2));
        using var folder = new ImportFolder(_parent, s_now);
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(folder.Path));
    }

    [Fact]
    public void What_another_process_works_on_stays_and_so_does_what_is_being_made_or_somebody_elses()
    {
        using var other = new ImportFolder(_parent, s_now);
        File.SetLastWriteTimeUtc(Path.Combine(other.Path, "lock"), s_now.AddDays(-1).UtcDateTime);
        string[] stay = [other.Path, Left("pos-imports-new", s_now.AddSeconds(-1)), Left("others", s_now.AddDays(-1))];
        using var folder = new ImportFolder(_parent, s_now);
        Assert.All(stay, path => Assert.True(Directory.Exists(path), path));
    }

    [Fact]
    public void It_ends_with_its_files()
    {
        var folder = new ImportFolder(_parent, s_now);
        File.WriteAllText(Path.Combine(folder.Path, "purchases.csv"), "");
        folder.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
    }

    private string Left(string name, DateTimeOffset lockedAt)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_parent, name)).FullName;
        var lockFile = Path.Combine(folder, "lock");
        File.WriteAllText(lockFile, "");
        File.SetLastWriteTimeUtc(lockFile, lockedAt.UtcDateTime);
        return folder;
    }
}
