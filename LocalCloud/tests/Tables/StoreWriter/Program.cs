using System.Globalization;
using LocalCloud.Tests.StoreWriter;

// A process that tests kill, or run on a small disk.
return args switch
{
    ["write", var folder, var seed, var writers] => await Writers.RunAsync(folder, Number(seed), Number(writers)),
    ["full-disk", var folder, var minFreeBytes] => await FullDisk.RunAsync(folder, Number(minFreeBytes)),
    _ => 2,
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
