// The console: one page with hashed assets, served by the show's own machine; the stage in 3D is a part of its own.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/',
  plugins: [svelte()],
  build: {
    outDir: 'dist/console',
    target: 'es2022',
    assetsInlineLimit: 0, // the page's policy forbids nothing that it needs, so nothing is hidden in it
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: 'console.html' },
  },
})
