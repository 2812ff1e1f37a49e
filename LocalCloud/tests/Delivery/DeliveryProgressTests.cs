using LocalCloud.Delivery;
using Xunit;

namespace LocalCloud.Tests.Delivery;

[Fast]
public sealed class DeliveryProgressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos progress ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Saved_progress_is_loaded()
    {
        var batch = new DeliveryBatch(
            200,
            3,
            180,
            new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
            "pos-staging",
            "2026/03/04/05/one.gz",
            Gzip: true
        );
        new DeliveryProgress(20, null).Save(_folder);
        new DeliveryProgress(100, batch).Save(_folder);

        Assert.Equal(new DeliveryProgress(100, batch), DeliveryProgress.Load(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"DeliveredTo\":1")]
    public void A_damaged_file_is_reported_instead_of_starting_a_new_stream(string content)
    {
        var path = Path.Combine(_folder, "progress.json");
        File.WriteAllText(path, content);

        var error = Assert.Throws<StartRefusedException>(() => DeliveryProgress.Load(_folder));

        Assert.Contains(path, error.Message);
    }
}
