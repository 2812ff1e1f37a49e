using System.Xml.Linq;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Pos.Ui.Aws;

/// <summary>
/// Data protection's keys, an object each. They are read once a day and written every three months, by an interface
/// that cannot wait.
/// </summary>
internal sealed class KeysInS3(IAmazonS3 s3, string bucket) : IXmlRepository
{
    private const string Prefix = "keys/";

    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() =>
                s3.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = bucket,
                        Key = $"{Prefix}{friendlyName}.xml",
                        ContentType = "application/xml",
                        ContentBody = element.ToString(SaveOptions.DisableFormatting),
                    }
                )
            )
            .GetAwaiter()
            .GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        var keys = new List<XElement>();
        await foreach (
            var listed in s3.Paginators.ListObjectsV2(new() { BucketName = bucket, Prefix = Prefix }).S3Objects
        )
        {
            using var found = await s3.GetObjectAsync(bucket, listed.Key);
            keys.Add(await XElement.LoadAsync(found.ResponseStream, LoadOptions.None, CancellationToken.None));
        }
        return keys;
    }
}
